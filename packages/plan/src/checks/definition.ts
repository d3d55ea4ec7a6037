import { closest } from '../closest.ts';
import { zonesOf } from '../data/regions.ts';
import { type Diagnostic, diagnostic } from '../diagnostics/diagnostic.ts';
import type { Context } from '../resolve/context.ts';
import { sorted } from '../resolve/context.ts';
import { PATTERN_PLACEHOLDERS } from '../resolve/naming.ts';

const suggestion = (name: string, known: readonly string[]) => {
  const meant = closest(name, known);
  return meant === null ? '' : `Did you mean '${meant}'? `;
};

/** References between services and stores. */
function checkReferences({ definition, declared, source }: Context): readonly Diagnostic[] {
  const { stores, services } = declared;
  return sorted(definition.services).flatMap(([key, service]) => {
    const uses: readonly string[] = Array.isArray(service.uses)
      ? service.uses
      : Object.keys(service.uses ?? {});
    const at = (index: number, name: string) =>
      `services.${key}.uses.${Array.isArray(service.uses) ? index : name}`;
    return [
      ...uses.flatMap((name, index) =>
        stores.includes(name)
          ? []
          : [
              diagnostic('BW1102', source(at(index, name)), {
                name,
                known: stores.length > 0 ? `Stores: ${stores.join(', ')}.` : 'There are no stores.',
                suggestion: suggestion(name, stores),
              }),
            ],
      ),
      ...(service.calls ?? []).flatMap((name, index) =>
        services.includes(name) && name !== key
          ? []
          : [
              diagnostic('BW1103', source(`services.${key}.calls.${index}`), {
                name,
                known: `Services: ${services.filter((each) => each !== key).join(', ') || 'no other'}.`,
                suggestion: suggestion(
                  name,
                  services.filter((each) => each !== key),
                ),
              }),
            ],
      ),
    ];
  });
}

/** Placeholders of the naming pattern. */
function checkPattern({ definition, source }: Context): readonly Diagnostic[] {
  const unknown = [...(definition.naming ?? '').matchAll(/\{[^}]*\}/g)]
    .map(([placeholder]) => placeholder)
    .filter((each) => !PATTERN_PLACEHOLDERS.includes(each));
  return unknown.map((placeholder) =>
    diagnostic('BW1107', source('naming'), { placeholder, known: PATTERN_PLACEHOLDERS.join(', ') }),
  );
}

/** Zones of the Region, and enough of them. */
function checkZones({ definition, region, regionKnown, source }: Context): readonly Diagnostic[] {
  if (!regionKnown) return [];
  const zones = definition.network?.zones;
  const known = zonesOf(region);
  const path = source('network.zones');
  if (typeof zones === 'number') {
    if (zones > known.length)
      return [
        diagnostic('BW1206', path, {
          actual: `${zones} zones`,
          reason: `${region} has ${known.length}`,
          maximum: known.length,
        }),
      ];
    return zones < 2
      ? [diagnostic('BW1206', path, { actual: 'One zone', reason: 'it is too few', maximum: known.length })]
      : [];
  }
  if (zones === undefined) return [];
  const found = zones.flatMap((zone, index) =>
    known.includes(zone)
      ? []
      : [diagnostic('BW1205', `${path}.${index}`, { zone, region, known: known.join(', ') })],
  );
  const distinct = new Set(zones).size;
  return distinct < 2 || distinct < zones.length
    ? [
        ...found,
        diagnostic('BW1206', path, {
          actual: `${distinct} different zones`,
          reason: 'each is named once, and two are needed',
          maximum: known.length,
        }),
      ]
    : found;
}

/** What can be seen in the definition itself, before anything is derived from it. */
export function checkDefinition(context: Context): readonly Diagnostic[] {
  return [
    ...(context.declared.services.length === 0 ? [diagnostic('BW1110', 'services')] : []),
    ...checkPattern(context),
    ...checkReferences(context),
    ...checkZones(context),
  ];
}
