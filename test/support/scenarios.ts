/**
 * How a run can come to its end or be kept from it, by the name of the fixture.
 */
import type { Scenario } from './scenario.ts';
import { admission } from './scenarios/admission.ts';
import { containers } from './scenarios/containers.ts';
import { disruptions } from './scenarios/disruptions.ts';
import { endings } from './scenarios/endings.ts';
import { images } from './scenarios/images.ts';
import { references } from './scenarios/references.ts';
import { scheduling } from './scenarios/scheduling.ts';

export const scenarios: Record<string, Scenario> = {
  ...endings,
  ...containers,
  ...images,
  ...references,
  ...admission,
  ...scheduling,
  ...disruptions,
};
