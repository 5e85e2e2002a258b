/** The family of an architecture: "vgg" for "vgg16_bn", "alexnet" for "alexnet-mini". */
export function familyOf(architecture: string): string {
  return architecture.replace(/[\d-].*$/, "");
}

/** True where a role is the architecture's own name or that of its family. */
export function isOfRole(architecture: string, role: string): boolean {
  return architecture === role || familyOf(architecture) === role;
}
