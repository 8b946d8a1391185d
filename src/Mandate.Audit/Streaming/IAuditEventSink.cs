namespace Mandate.Audit.Streaming;

/// <summary>A place events are sent on to, such as a SIEM. Each tenant's events come in order of their sequence numbers; after a failure or a restart some come again.</summary>
public interface IAuditEventSink
{
    /// <summary>Its name in this configuration, by which it is remembered how far it has come; never a secret.</summary>
    string Name { get; }

    /// <summary>Takes events of one tenant. When it returns they are in its keeping.</summary>
    /// <exception cref="Exception">It could not take them; they come again, later and later.</exception>
    Task SendAsync(IReadOnlyList<AuditEvent> events, CancellationToken cancellation);
}
