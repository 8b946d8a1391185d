export * from './basics.js';
