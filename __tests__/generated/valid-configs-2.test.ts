import { validConfigs } from "./support/valid-configs";

/** A half of the configs that are right. */

validConfigs(2);
