namespace Mandate.Gateway.Calls;

/// <summary>When the ledger hears of an RPC that is allowed. A denial is always recorded.</summary>
internal enum RpcRecording
{
    /// <summary>Never: the chatter of workers. What they report of the end of runs and steps is recorded by itself.</summary>
    Denials,

    /// <summary>Once, before the answer leaves: the call shows something and changes nothing.</summary>
    Once,

    /// <summary>Before it happens, and with its outcome before it is acknowledged: the call changes something.</summary>
    BeforeAndAfter,
}
