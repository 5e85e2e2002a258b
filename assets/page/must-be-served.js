// Browsers load neither modules nor models from file://; a blank page would explain nothing.
if (location.protocol === "file:")
  document.addEventListener("DOMContentLoaded", () => {
    document.getElementById("status-words").textContent =
      "This page must come from a web server: run “npx http-server” in its folder. " +
      "此页面需由网页服务器提供：请在其文件夹中运行 “npx http-server”。";
  });
