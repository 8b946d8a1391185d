namespace Mandate.Hosting;

/// <summary>Whether the last attempt to record something failed.</summary>
internal sealed class LedgerHealth
{
    private volatile bool _hasFailed;

    public bool HasFailed => _hasFailed;

    public void Failed() => _hasFailed = true;

    public void Succeeded() => _hasFailed = false;
}
