using Mandate.Audit.Canonical;

namespace Mandate.Audit.Storage;

/// <summary>An entry on its way to the writer, and the one who waits for it.</summary>
internal sealed class PendingAppend(CanonicalEntry entry)
{
    private readonly TaskCompletionSource<AuditEvent> _completion = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public CanonicalEntry Entry => entry;

    /// <summary>The event, once written; given to the waiting caller only after the commit.</summary>
    public AuditEvent? Written { get; set; }

    public Task<AuditEvent> Task => _completion.Task;

    public void Committed() => _completion.SetResult(Written!);

    public void Failed(Exception error) => _completion.TrySetException(error);
}
