using Mandate.Protocol;
using Mandate.Protocol.Conversion;
using Mandate.Stateful;
using Mandate.Temporal.Client;

namespace Mandate.Commands;

/// <summary>Asks the workflows of a tree for their API tokens, several at a time, from the top down.</summary>
/// <param name="client">Connected as somebody who may query them.</param>
/// <param name="depth">Levels to ask below the workflow at the top; null asks all.</param>
internal sealed class TokenTreeReader(ITemporalClient client, int? depth) : IDisposable
{
    /// <summary>Workflows asked at a time: enough to hide the way to the service and back, few enough to leave it time for its work.</summary>
    public const int AtATime = 32;

    private readonly SemaphoreSlim _slots = new(AtATime);
    private readonly HashSet<string> _asked = new(StringComparer.Ordinal);

    /// <summary>Workflows that were asked and did not answer.</summary>
    public int Unanswered { get; private set; }

    /// <summary>Children that were left out because of the depth; what is below them is not known.</summary>
    public int NotShown { get; private set; }

    /// <summary>Reads the tree below a workflow.</summary>
    public Task<TokenNode> ReadAsync(string workflowId, CancellationToken cancellation) => ReadAsync(workflowId, "root", depth, cancellation);

    public void Dispose() => _slots.Dispose();

    private async Task<TokenNode> ReadAsync(string workflowId, string policy, int? levels, CancellationToken cancellation)
    {
        // Trees have no circles, but what is asked is what workflows say of themselves.
        lock (_asked)
        {
            if (!_asked.Add(workflowId))
                return TokenNode.Unknown(workflowId, policy, "it is elsewhere in this tree already");
        }

        var (tree, problem) = await AskAsync(workflowId, cancellation);
        if (tree is null)
            return TokenNode.Unknown(workflowId, policy, problem!);
        var node = TokenNode.Of(workflowId, policy, tree);
        if (levels == 0)
        {
            lock (_asked)
                NotShown += tree.Children.Count;
            return node with { NotShown = tree.Children.Count > 0 ? tree.Children.Count : null };
        }

        return node with { Children = await Task.WhenAll(tree.Children.Select(c => ReadChildAsync(c, levels - 1, cancellation))) };
    }

    private async Task<TokenNode> ReadChildAsync(ApiTokenChild child, int? levels, CancellationToken cancellation)
    {
        var policy = child.Policy.ToString().ToLowerInvariant();
        return child.State == ChildState.Starting
            ? TokenNode.Unknown(child.WorkflowId, policy, "starting")
            : await ReadAsync(child.WorkflowId, policy, levels, cancellation) with { IsBehind = child.IsBehind };
    }

    private async Task<(ApiTokenTree? Tree, string? Problem)> AskAsync(string workflowId, CancellationToken cancellation)
    {
        await _slots.WaitAsync(cancellation);
        try
        {
            return (await client.GetWorkflowHandle(workflowId).QueryAsync<ApiTokenTree>(StatefulNames.ApiTokenTree, [], new() { Rpc = new() { CancellationToken = cancellation } }), null);
        }
        catch (RpcException e) when (e.Code == RpcStatusCode.NotFound)
        {
            return (null, "it has ended");
        }
        catch (Exception e) when (e is WorkflowQueryFailedException or RpcException or PayloadConversionException)
        {
            lock (_asked)
                Unanswered++;
            return (null, e switch
            {
                RpcException => e.Message,
                PayloadConversionException => "its answer cannot be read: it is sealed by a payload codec, or of another version",
                _ => "it is no stateful workflow, or its worker refuses the query",
            });
        }
        finally
        {
            _slots.Release();
        }
    }
}
