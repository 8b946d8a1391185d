namespace Mandate.Configuration;

/// <summary>Section <c>Mandate:Audit:Checkpoints</c>.</summary>
internal sealed class AuditCheckpointSettings
{
    /// <summary>Name of the signer, which begins the origin of every checkpoint.</summary>
    public string Name { get; set; } = "mandate";

    /// <summary>PEM file of the private key; <c>audit-checkpoint-key.pem</c> in the data directory unless set. Made when missing.</summary>
    public string? KeyFile { get; set; }

    /// <summary>A checkpoint follows at the latest after so many events of a tenant.</summary>
    public int EveryEvents { get; set; } = 1_000;

    /// <summary>A checkpoint follows at the latest so long after an event.</summary>
    public TimeSpan Every { get; set; } = TimeSpan.FromMinutes(1);

    /// <summary>Directory they are kept in.</summary>
    public string? Directory { get; set; }

    /// <summary>Address they are posted to.</summary>
    public string? Address { get; set; }

    /// <summary>S3-compatible store they are kept in.</summary>
    public AuditS3Settings? S3 { get; set; }
}
