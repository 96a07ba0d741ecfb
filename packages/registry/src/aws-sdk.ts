export * from '@coracle/aws-sdk';
