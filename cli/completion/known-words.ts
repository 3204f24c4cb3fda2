import { overlayNames } from '../../core/overlay/overlay-name.ts';
import { faultCatalogue } from '../../lab/faults/catalogue.ts';
import { variantCatalogue } from '../../lab/variants/catalogue.ts';
import type { KnownWords } from './completable.ts';

const faults = faultCatalogue.map(({ name }) => name);
const classes = [...new Set(faultCatalogue.map(({ label }) => label.class))];
const families = ['ipv4', 'ipv6'];

/** Values that a catalogue or a type of the program names: of an option wherever it is, of an argument by its command. */
export const knownWords: KnownWords = {
  '--drill': [...faults, ...classes],
  ' lab inject NAME': faults,
  '--variant': variantCatalogue.map(({ name }) => name),
  '--backend': overlayNames,
  '--underlay': families,
  '--vtep': families,
};
