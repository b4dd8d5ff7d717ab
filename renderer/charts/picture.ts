import type { ChartDataset, LegendItem } from 'chart.js'
import type { ExportedFile } from '../hosts/host.ts'
import { toCsv } from '../../main/export/csv.ts'
import type { ChartModel } from './chart.ts'
import type { ChartColours } from './colours.ts'
import { Chart } from './setup.ts'

/** CSS pixels of an exported picture, drawn at twice that. */
const SIZE = { width: 880, height: 460 }

/** File names are made of letters, digits and hyphens, whatever a queue is called. */
export const fileName = (parts: readonly string[], extension: string): string =>
  `${parts
    .join('-')
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-|-$/g, '')}.${extension}`

export const chartCsv = (model: ChartModel, demo: string): ExportedFile => ({
  name: fileName([demo, model.id], 'csv'),
  type: 'text/csv',
  bytes: new TextEncoder().encode(toCsv(model.header, model.records)),
})

/** Areas show their pattern; lines, with or without marks, are told apart by their dashes. */
function lineLabels(chart: Chart): LegendItem[] {
  return Chart.defaults.plugins.legend.labels.generateLabels(chart).map((item) => {
    const dataset = chart.data.datasets[item.datasetIndex ?? 0] as ChartDataset<'line'> | undefined
    const isArea = dataset?.pointStyle === 'rect' && dataset.pointRadius === 0
    const dashes = Array.isArray(dataset?.borderDash) ? dataset.borderDash : []
    const lineDash = dashes.filter((dash) => typeof dash === 'number')
    return { ...item, lineDash, pointStyle: isArea ? 'rect' : 'line' }
  })
}

/** The chart with its title and legend on the theme's ground, at two pixels per CSS pixel. */
export async function chartPng(
  model: ChartModel,
  colours: ChartColours,
  demo: { readonly id: string; readonly caption: string },
): Promise<ExportedFile> {
  const canvas = document.createElement('canvas')
  canvas.width = SIZE.width
  canvas.height = SIZE.height
  const config = model.build(colours)
  const words = { family: colours.palette.fontUi, size: 12 }
  const chart = new Chart(canvas, {
    ...config,
    options: {
      ...config.options,
      responsive: false,
      devicePixelRatio: 2,
      layout: { padding: { top: 16, right: 56, bottom: 16, left: 20 } },
      plugins: {
        ...config.options?.plugins,
        title: {
          display: true,
          align: 'start',
          text: [model.title, demo.caption],
          color: colours.palette.text,
          font: { family: colours.palette.fontUi, size: 14, weight: 600 },
          padding: { bottom: 12 },
        },
        legend: {
          display: true,
          align: 'end',
          labels: {
            color: colours.palette.text,
            font: words,
            ...(config.type === 'line' && {
              usePointStyle: true,
              pointStyleWidth: 22,
              generateLabels: lineLabels,
            }),
          },
        },
      },
    },
    plugins: [
      ...(config.plugins ?? []),
      {
        id: 'ground',
        beforeDraw({ ctx, width, height }) {
          ctx.save()
          ctx.globalCompositeOperation = 'destination-over'
          ctx.fillStyle = colours.palette.panel
          ctx.fillRect(0, 0, width, height)
          ctx.restore()
        },
      },
    ],
  })
  try {
    const blob = await new Promise<Blob>((resolve, reject) =>
      canvas.toBlob(
        (picture) =>
          picture ? resolve(picture) : reject(new Error('The browser could not make the picture.')),
        'image/png',
      ),
    )
    return {
      name: fileName([demo.id, model.id], 'png'),
      type: 'image/png',
      bytes: new Uint8Array(await blob.arrayBuffer()),
    }
  } finally {
    chart.destroy()
  }
}
