using Mandate.Acceptance.Tests.Support;
using Mandate.Protocol;
using Mandate.Stateful;
using Mandate.Temporal.Client;

namespace Mandate.Acceptance.Tests.ApiTokens;

/// <summary>Looks at trees by Mandate's own client.</summary>
internal static class TokenTrees
{
    public static Task<TemporalClient> ConnectAsync(string address, string token) => TemporalClient.ConnectAsync(new TemporalClientConnectOptions(address)
    {
        ConfigureChannel = channel => channel with { Metadata = (_, _) => new(new RpcMetadata([new("authorization", $"Bearer {token}")])) },
    });

    public static async Task BecomesAsync(string address, string token, string workflowId, long epoch)
    {
        await using var client = await ConnectAsync(address, token);
        await Patience.UntilAsync(async () => await EpochOfAsync(client, workflowId) == epoch, $"{workflowId} to show epoch {epoch}");
    }

    /// <summary>The epoch a workflow shows; -1 while it cannot be asked.</summary>
    public static async Task<long> EpochOfAsync(TemporalClient client, string workflowId)
    {
        try
        {
            return (await client.GetWorkflowHandle(workflowId).QueryAsync<ApiTokenInfo>(StatefulNames.ApiToken, [])).Epoch;
        }
        catch (Exception e) when (e is RpcException or WorkflowQueryFailedException)
        {
            return -1;
        }
    }
}
