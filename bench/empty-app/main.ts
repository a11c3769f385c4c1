import { App, TerraformStack } from "cdktf";

/** The least that a cdktf app of two stacks can be: what every user of cdktf pays. */
const app = new App();
new TerraformStack(app, "one");
new TerraformStack(app, "two");
app.synth();
