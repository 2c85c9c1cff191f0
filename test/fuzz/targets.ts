import type { FuzzTarget } from './fuzz-target.ts';
import { configurations } from './targets/configurations.ts';
import { filters } from './targets/filters.ts';
import { pictures } from './targets/pictures.ts';
import { requests } from './targets/requests.ts';
import { routers } from './targets/routers.ts';
import { svgs } from './targets/svgs.ts';
import { urls } from './targets/urls.ts';

/** Everything that strangers' input reaches, in the order in which a request meets it; then what operators write. */
export const TARGETS: readonly FuzzTarget[] = [requests, urls, filters, pictures, svgs, configurations, routers];
