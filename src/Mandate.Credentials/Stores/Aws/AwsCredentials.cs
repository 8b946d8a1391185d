namespace Mandate.Credentials.Stores.Aws;

/// <summary>What a request to AWS is signed with.</summary>
/// <param name="AccessKeyId">Names the key.</param>
/// <param name="SecretAccessKey">The key.</param>
/// <param name="SessionToken">Goes with keys that expire.</param>
/// <param name="Expires">When they do; null for never.</param>
internal sealed record AwsCredentials(string AccessKeyId, Secret SecretAccessKey, Secret? SessionToken = null, DateTimeOffset? Expires = null);
