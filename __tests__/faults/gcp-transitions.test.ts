import { defaultGcp } from "../support/gcp";
import { GCP } from "../support/stacks-under-test";
import { refOf, testsOf } from "../support/transitions";

testsOf(GCP, refOf(defaultGcp().release), { tlsInPod: true });
