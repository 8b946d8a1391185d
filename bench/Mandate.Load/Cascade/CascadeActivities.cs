using System.Diagnostics;
using Mandate.Stateful;
using Mandate.Temporal.Activities;

namespace Mandate.Load.Cascade;

/// <summary>What a workflow of the tree does with its token.</summary>
public sealed class CascadeActivities(IApiTokens tokens, Uri target)
{
    /// <summary>Redeems the token, as an activity does that is about to call.</summary>
    [Activity]
    public async Task<CascadeCall> CallAsync()
    {
        var token = await tokens.RedeemAsync(target);
        using var value = token.Value;
        return new(token.Reference.Epoch, Stopwatch.GetTimestamp());
    }
}
