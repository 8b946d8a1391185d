namespace Mandate.Audit.Checkpoints;

/// <summary>An S3-compatible object store.</summary>
public sealed record S3CheckpointSinkOptions
{
    /// <summary>Its address, such as <c>https://s3.eu-central-1.amazonaws.com</c>; the bucket is put into the path.</summary>
    public required Uri Endpoint { get; init; }

    /// <summary>Region that is signed for, such as <c>eu-central-1</c>.</summary>
    public required string Region { get; init; }

    /// <summary>Bucket. Turn on object lock in it, so that what was written stays.</summary>
    public required string Bucket { get; init; }

    /// <summary>What every key begins with; <c>checkpoints/</c> unless set.</summary>
    public string Prefix { get; init; } = "checkpoints/";

    /// <summary>Access key id and secret, asked for at each request so that they can change.</summary>
    public required Func<CancellationToken, ValueTask<(string AccessKeyId, string SecretAccessKey)>> Credentials { get; init; }

    /// <summary>The clock requests are dated with.</summary>
    public TimeProvider TimeProvider { get; init; } = TimeProvider.System;

    /// <summary>Free of credentials.</summary>
    public override string ToString() => $"{Endpoint}{Bucket}/{Prefix}";
}
