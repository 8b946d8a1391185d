using Mandate.Audit.Canonical;

namespace Mandate.Audit.Storage;

/// <summary>Something for the writer to do, and the one who waits for it.</summary>
internal abstract class Work
{
    public abstract void Failed(Exception error);

    /// <summary>An entry on its way to the writer.</summary>
    internal sealed class Append(CanonicalEntry entry) : Work
    {
        private readonly TaskCompletionSource<AuditEvent> _completion = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public CanonicalEntry Entry => entry;

        /// <summary>The event, once written; given to the waiting caller only after the commit.</summary>
        public AuditEvent? Written { get; set; }

        /// <summary>Its canonical bytes, once it has its place.</summary>
        public byte[] Canonical { get; set; } = [];

        public Task<AuditEvent> Task => _completion.Task;

        public void Committed() => _completion.SetResult(Written!);

        public override void Failed(Exception error) => _completion.TrySetException(error);
    }

    /// <summary>A change beside the chains, made in a transaction of its own.</summary>
    internal sealed class Change<TConnection>(Action<TConnection> change) : Work
    {
        private readonly TaskCompletionSource _completion = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public Task Task => _completion.Task;

        public void Apply(TConnection connection) => change(connection);

        public void Committed() => _completion.SetResult();

        public override void Failed(Exception error) => _completion.TrySetException(error);
    }
}
