namespace Mandate.Configuration;

/// <summary>Section <c>Mandate:Audit:Checkpoints:S3</c>.</summary>
internal sealed class AuditS3Settings
{
    /// <summary>Address of the store, without the bucket.</summary>
    public string? Endpoint { get; set; }

    /// <summary>Region that is signed for.</summary>
    public string Region { get; set; } = "us-east-1";

    /// <summary>The bucket.</summary>
    public string? Bucket { get; set; }

    /// <summary>What every key begins with.</summary>
    public string Prefix { get; set; } = "checkpoints/";

    /// <summary>Id of the access key.</summary>
    public string? AccessKeyId { get; set; }

    /// <summary>File that holds the access key's secret and nothing else; read at each request.</summary>
    public string? SecretAccessKeyFile { get; set; }
}
