import { defaultAws } from "../support/aws";
import { AWS } from "../support/stacks-under-test";
import { refOf, testsOf } from "../support/transitions";

const WITH_AN_ADDRESS = {
  ...AWS,
  answers: {
    "data.kubernetes_ingress_v1": { status: [{ load_balancer: [{ ingress: [{ hostname: "alb.example" }] }] }] },
  },
};

testsOf(WITH_AN_ADDRESS, refOf(defaultAws().release), {});
