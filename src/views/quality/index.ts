export { qualityFacts, qualityRows } from './facts';
export { QualityTable } from './table';
export { QualitySentence } from './words';
