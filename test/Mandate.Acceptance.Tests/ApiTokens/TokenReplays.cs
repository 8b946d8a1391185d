using Mandate.Acceptance.Tests.Support;
using Mandate.Identity;
using Mandate.Identity.Keys;
using Mandate.Stateful;
using Mandate.Temporal.Client;
using Mandate.Temporal.Common;
using Mandate.Temporal.Worker;

namespace Mandate.Acceptance.Tests.ApiTokens;

/// <summary>Replays what workers in other processes have written, with the same code.</summary>
internal static class TokenReplays
{
    /// <summary>Histories of every run that the caller may see.</summary>
    public static async Task<IReadOnlyList<WorkflowHistory>> HistoriesAsync(string address, string token)
    {
        await using var client = await TokenTrees.ConnectAsync(address, token);
        return await client.ListWorkflowHistoriesAsync("").ToListAsync();
    }

    /// <summary>Replays histories with a workflow class, as a worker of the service at <paramref name="rest"/> runs it.</summary>
    public static async Task<IReadOnlyList<WorkflowReplayResult>> ReplayAsync<TWorkflow>(Uri rest, IEnumerable<WorkflowHistory> histories)
    {
        using var keys = new RemoteKeySet(new Uri(rest, "/.well-known/jwks.json"));
        await keys.LoadAsync(CancellationToken.None).WaitAsync(Patience.Limit, TimeProvider.System);
        using var authority = new RemoteTokenAuthority(new() { ServiceAddress = rest, Credential = _ => throw new InvalidOperationException("a replay asks nobody") });
        var worker = new TemporalWorkerOptions("replay").AddIdentityPropagation(new PrincipalVerifier(keys)).AddStatefulWorkflows(new StatefulOptions { Authority = authority });
        return await new WorkflowReplayer(new WorkflowReplayerOptions { Namespace = "default", Interceptors = worker.Interceptors }.AddWorkflow<TWorkflow>()).ReplayWorkflowsAsync(histories);
    }
}
