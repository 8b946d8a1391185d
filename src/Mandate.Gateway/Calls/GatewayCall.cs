using Mandate.Gateway.Tenancy;
using Mandate.Identity;
using Mandate.Protocol;

namespace Mandate.Gateway.Calls;

/// <summary>What the stages have found out about a call; it travels in <see cref="RpcCall.Context"/>.</summary>
/// <param name="Entry">The RPC's line in the table.</param>
/// <param name="Facts">What the request is about.</param>
/// <param name="Caller">Who calls; null until that is known.</param>
internal sealed record GatewayCall(RpcEntry Entry, CallFacts Facts, Caller? Caller)
{
    /// <summary>The run it is about, once looked up.</summary>
    public RunFacts? Run { get; init; }

    /// <summary>For whom a start works; null for calls that start nothing.</summary>
    public Principal? ActsFor { get; init; }

    /// <summary>Attempt of the workflow or activity task that is answered, from 1; 0 for other calls.</summary>
    public int Attempt { get; init; }

    /// <summary>Type of the activity whose task is answered; empty for other calls.</summary>
    public string Step { get; init; } = "";

    /// <summary>Whether the caller, who is in this process, records the call itself.</summary>
    public bool IsRecordedByCaller { get; init; }

    /// <summary>The call's own.</summary>
    /// <exception cref="InvalidOperationException">The stages stand in the wrong order.</exception>
    public static GatewayCall Of(RpcCall call) => call.Context as GatewayCall ?? throw new InvalidOperationException($"{call.Method.Name} has not come through the stage that authenticates.");
}
