namespace Mandate.Audit.Checkpoints;

/// <summary>A place outside of the database where checkpoints are kept.</summary>
public interface IAuditCheckpointSink
{
    /// <summary>Its name in this configuration, by which it is remembered what it has; never a secret.</summary>
    string Name { get; }

    /// <summary>Keeps a checkpoint. May be given the same one again.</summary>
    /// <exception cref="Exception">It could not be kept; it is tried again.</exception>
    Task PublishAsync(string tenant, AuditCheckpoint checkpoint, CancellationToken cancellation);
}
