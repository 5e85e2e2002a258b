import { z } from "zod";
import {
  type SettingForm,
  type SettingName,
  type TrainingSettings,
  trainingSettings,
} from "./setting-table.ts";

/** A training setting's row as the schema of its value in a recipe file. */
export function settingSchema<Name extends SettingName>(
  name: Name,
): z.ZodType<Exclude<TrainingSettings[Name], undefined>> {
  const { form, word } = trainingSettings[name];
  const schema = formSchema(form);
  return (word === undefined ? schema : schema.nullable()) as z.ZodType<
    Exclude<TrainingSettings[Name], undefined>
  >;
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
