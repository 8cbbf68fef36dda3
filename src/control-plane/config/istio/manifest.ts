import { z } from 'zod'
import { message } from '../schema/message.ts'
import type { Report } from '../schema/problem.ts'
import { destinationRule } from './destination-rule.ts'
import { gateway } from './gateway.ts'
import { type ObjectMeta, objectMeta } from './object-meta.ts'
import { checkExportTo } from './scalar/export-to.ts'
import { isDnsLabel } from './scalar/host.ts'
import { type ServiceEntry, serviceEntry } from './service-entry.ts'
import { virtualService } from './virtual-service.ts'
import { workloadEntry } from './workload-entry.ts'

/** Where a manifest names no namespace. */
export const defaultNamespace = 'default'

interface ManifestFields<Spec> {
  readonly metadata: ObjectMeta
  readonly spec: Spec
}

/**
 * A whole document of one kind: what stands around the spec, and what depends on both. `check` may look at the metadata
 * and at `exportTo`; other fields of the spec may be faulty.
 */
function manifest<Spec extends z.ZodType>(
  kind: string,
  spec: Spec,
  check: (fields: ManifestFields<z.output<Spec>>, report: Report) => void,
) {
  const ignored = z.unknown().optional()
  return message(
    `a ${kind} resource`,
    { apiVersion: ignored, kind: ignored, metadata: objectMeta, spec, status: ignored },
    {
      between(fields, report, isSound) {
        const { metadata, spec: sound } = fields as unknown as ManifestFields<z.output<Spec>>
        if (isSound('metadata', 'annotations')) checkAnnotations(metadata, report)
        if (isSound('metadata') && isSound('spec', 'exportTo')) check({ metadata, spec: sound }, report)
      },
    },
  )
}

/** The schema of a manifest of each kind of Istio's group that is read. */
export const manifests = {
  VirtualService: manifest('VirtualService', virtualService, ({ metadata, spec }, report) => {
    checkExportTo({ ...exporting(metadata), exportTo: spec.exportTo }, report)
  }),
  DestinationRule: manifest('DestinationRule', destinationRule, ({ metadata, spec }, report) => {
    const selectsWorkloads = spec.workloadSelector !== undefined
    checkExportTo({ ...exporting(metadata), exportTo: spec.exportTo, selectsWorkloads }, report)
  }),
  ServiceEntry: manifest('ServiceEntry', serviceEntry, ({ metadata, spec }, report) => {
    checkExportTo({ ...exporting(metadata), exportTo: spec.exportTo, mayHide: true }, report)
    checkWaypoint(metadata, spec, report)
  }),
  WorkloadEntry: manifest('WorkloadEntry', workloadEntry, () => {}),
  Gateway: manifest('Gateway', gateway, ({ metadata }, report) => {
    if (isDnsLabel(metadata.name)) return
    report({
      code: 'SB2004',
      message: `"${metadata.name}" is not the name of a Gateway`,
      why: 'VirtualServices name it as `namespace/name`, and a dot would make that a host',
      help: 'write letters, digits and inner hyphens',
      at: ['metadata', 'name'],
    })
  }),
}

function exporting({ namespace = defaultNamespace }: ObjectMeta) {
  return { namespace, mayHide: false, selectsWorkloads: false }
}

/** Source: Istio ValidateServiceEntry: waypoints do not resolve names of their own mesh. */
function checkWaypoint({ labels }: ObjectMeta, { location, resolution }: Partial<ServiceEntry>, report: Report): void {
  const waypoint = labels['istio.io/use-waypoint'] ?? 'none'
  if (waypoint === 'none' || location !== 'MESH_INTERNAL' || resolution !== 'DYNAMIC_DNS') return
  report({
    code: 'SB2005',
    message: 'a waypoint cannot serve `location: MESH_INTERNAL` with `resolution: DYNAMIC_DNS`',
    help: 'write another resolution, or remove the label `istio.io/use-waypoint`',
    at: ['spec', 'resolution'],
  })
}

/** Source: Istio checkDryRunAnnotation: only an AuthorizationPolicy can be tried without effect. */
function checkAnnotations({ annotations }: ObjectMeta, report: Report): void {
  const name = 'istio.io/dry-run'
  if (!(name in annotations)) return
  report({
    code: 'SB2004',
    message: `the annotation \`${name}\` is not for this kind`,
    why: 'the resource would take effect all the same',
    help: 'remove the annotation',
    at: ['metadata', 'annotations', name],
    meansKey: true,
  })
}
