export * from './basics.js';
export * from './activities.js';
export * from './runs.js';
export * from './messages.js';
export { dynamic as default } from './messages.js';
