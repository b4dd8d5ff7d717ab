/** chart.js with only the parts that the charts use; import Chart from here and nowhere else. */
import {
  BarController,
  BarElement,
  CategoryScale,
  Chart,
  Filler,
  Legend,
  LinearScale,
  LineController,
  LineElement,
  LogarithmicScale,
  PointElement,
  Title,
  Tooltip,
} from 'chart.js'
import { repeatsAndIntervals } from './bars-chart.ts'
import { predictedPeaks } from './laws-chart.ts'
import { pointIntervals } from './scaling-chart.ts'

Chart.register(
  BarController,
  BarElement,
  CategoryScale,
  Filler,
  Legend,
  LinearScale,
  LineController,
  LineElement,
  LogarithmicScale,
  PointElement,
  Title,
  Tooltip,
  repeatsAndIntervals,
  pointIntervals,
  predictedPeaks,
)

export { Chart }
