import { openDocumentStore } from '../../src/stores/opensearch/store.ts';
import { describeOnServer, serverForTests } from '../stores/opensearch/realServer.ts';
import { describeDocumentStore } from './documentStore.ts';

describeOnServer('a document store on OpenSearch', () => {
  const { settings } = serverForTests();
  describeDocumentStore(() => openDocumentStore(settings, () => {}));
});
