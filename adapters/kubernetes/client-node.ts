/** What is used of client-node. The bundles leave out the rest, which is two thirds of it. */
export { HttpMethod, IsomorphicFetchHttpLibrary, KubeConfig, RequestContext } from '@kubernetes/client-node';
