using Mandate.Credentials.Vault;
using Mandate.Protocol;
using Mandate.Protocol.Api.WorkflowService.V1;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace Mandate.Stateful;

/// <summary>
/// Removes from the vault what trees held that have ended. A tree has ended when, in every namespace, retention has removed the last run of its root, and none of its workflows runs. What was
/// set within the last hour stays in any case: its workflow may be about to start.
/// </summary>
/// <param name="vault">The vault.</param>
/// <param name="engine">Answers questions about runs in all namespaces whose workflows use the vault.</param>
/// <param name="loggers">Where to log to; null for nowhere.</param>
/// <param name="time">The clock; null for the system's.</param>
public sealed partial class EndedTrees(CredentialVault vault, RpcHandler engine, ILoggerFactory? loggers = null, TimeProvider? time = null)
{
    private static readonly TimeSpan Grace = TimeSpan.FromHours(1);
    private readonly ILogger _logger = (loggers ?? NullLoggerFactory.Instance).CreateLogger<EndedTrees>();
    private readonly TimeProvider _time = time ?? TimeProvider.System;

    /// <summary>Looks at every tree once.</summary>
    /// <returns>How many were removed.</returns>
    /// <exception cref="RpcException">The engine cannot be asked; the rest is kept.</exception>
    /// <exception cref="CredentialException">The vault cannot be used.</exception>
    public async Task<int> RemoveAsync(CancellationToken cancellation = default)
    {
        var before = _time.GetUtcNow() - Grace;
        var trees = await vault.TreesAsync(before, cancellation).ConfigureAwait(false);
        if (trees.Count == 0)
            return 0;
        var namespaces = await NamespacesAsync(cancellation).ConfigureAwait(false);
        var removed = 0;
        foreach (var (tenant, tree) in trees)
        {
            if (await IsThereAsync(namespaces, tree, cancellation).ConfigureAwait(false))
                continue;
            await vault.RemoveTreeAsync(tenant, tree, before, cancellation).ConfigureAwait(false);
            LogRemoved(tree, tenant);
            removed++;
        }

        return removed;
    }

    private async Task<IReadOnlyList<string>> NamespacesAsync(CancellationToken cancellation)
    {
        var names = new List<string>();
        var request = new ListNamespacesRequest { PageSize = 200 };
        do
        {
            var page = (ListNamespacesResponse)await engine(new RpcCall(request, cancellation)).ConfigureAwait(false);
            names.AddRange(page.Namespaces.Select(n => n.NamespaceInfo.Name));
            request = new() { PageSize = 200, NextPageToken = page.NextPageToken };
        }
        while (!request.NextPageToken.IsEmpty);
        // Where none is shown there is one that cannot be seen.
        return names.Count > 0 ? names : throw new RpcException(RpcStatusCode.PermissionDenied, "No namespace is shown, so it cannot be told which trees have ended.");
    }

    private async Task<bool> IsThereAsync(IReadOnlyList<string> namespaces, string tree, CancellationToken cancellation)
    {
        var quoted = tree.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("'", "''", StringComparison.Ordinal);
        foreach (var name in namespaces)
        {
            if (await HasRootAsync(name, tree, cancellation).ConfigureAwait(false))
                return true;
            var count = (CountWorkflowExecutionsResponse)await engine(new RpcCall(
                new CountWorkflowExecutionsRequest { Namespace = name, Query = $"RootWorkflowId = '{quoted}' AND ExecutionStatus = 'Running'" }, cancellation)).ConfigureAwait(false);
            if (count.Count > 0)
                return true;
        }

        return false;
    }

    private async Task<bool> HasRootAsync(string @namespace, string tree, CancellationToken cancellation)
    {
        try
        {
            await engine(new RpcCall(new DescribeWorkflowExecutionRequest { Namespace = @namespace, Execution = new() { WorkflowId = tree } }, cancellation)).ConfigureAwait(false);
            return true;
        }
        catch (RpcException e) when (e.Code is RpcStatusCode.NotFound)
        {
            return false;
        }
    }

    [LoggerMessage(EventId = 1, EventName = "TreeRemoved", Level = LogLevel.Information, Message = "The API tokens of the tree '{Tree}' of tenant '{Tenant}' are removed: it has ended")]
    private partial void LogRemoved(string tree, string tenant);
}
