import { z } from "zod";
import {
  type SettingForm,
  type SettingName,
  type SettingValue,
  type TrainingSetting,
  trainingSettings,
} from "./setting-table.ts";

/** A training setting's row as the schema of its value in a recipe file. */
export function settingSchema<Name extends SettingName>(name: Name): z.ZodType<SettingValue<Name>> {
  const { form, word }: TrainingSetting = trainingSettings[name];
  const schema = formSchema(form);
  return (word === undefined ? schema : schema.nullable()) as z.ZodType<SettingValue<Name>>;
}

function formSchema(form: SettingForm): z.ZodType {
  switch (form.kind) {
    case "whole":
      return z.int().min(form.low).max(form.high);
    case "number":
      return z.number().gt(form.above).max(form.most);
    case "share":
      return z.number().min(0).lt(1);
    case "sizes":
      return z.array(z.int().positive().max(form.high)).max(form.most);
    case "text":
      return z.string();
    case "switch":
      return z.boolean();
  }
}
