namespace Mandate.Credentials;

/// <summary>Which AWS Secrets Manager to read, and as whom.</summary>
public sealed record AwsSecretsManagerOptions
{
    /// <summary>The region, such as <c>eu-central-1</c> (<c>AWS_REGION</c>).</summary>
    public required string Region { get; init; }

    /// <summary>The service's address; null for the region's own.</summary>
    public Uri? Endpoint { get; init; }

    /// <summary>
    /// Reads an environment variable; null for this process's. In order: <c>AWS_ACCESS_KEY_ID</c> with <c>AWS_SECRET_ACCESS_KEY</c> and <c>AWS_SESSION_TOKEN</c>; the container's credentials at
    /// <c>AWS_CONTAINER_CREDENTIALS_FULL_URI</c> or <c>…_RELATIVE_URI</c> (ECS, EKS pod identity); a role for a web identity, <c>AWS_ROLE_ARN</c> with
    /// <c>AWS_WEB_IDENTITY_TOKEN_FILE</c> (EKS service accounts).
    /// </summary>
    public Func<string, string?>? Variables { get; init; }

    /// <summary>Address of the security token service for web identities; null for the region's own.</summary>
    public Uri? TokenServiceEndpoint { get; init; }

    /// <summary>How long one request may take: 10 s unless set.</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds(10);
}
