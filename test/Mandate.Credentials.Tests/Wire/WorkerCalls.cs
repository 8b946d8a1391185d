using System.Collections.Concurrent;
using System.Globalization;
using Mandate.Protocol;

namespace Mandate.Credentials.Tests.Wire;

/// <summary>
/// A stage outside authentication: what the worker sees of its calls. Each call carries the generation in which it began, so that a test knows when none of those begun before some moment
/// is still on its way.
/// </summary>
internal sealed class WorkerCalls
{
    public const string GenerationKey = "x-generation";

    private readonly Lock _gate = new();
    private readonly List<int> _begun = [0];
    private readonly ConcurrentQueue<(string Method, RpcException Error)> _failed = new();

    /// <summary>Calls that failed, as the worker sees it.</summary>
    public IReadOnlyCollection<(string Method, RpcException Error)> Failed => _failed;

    /// <summary>Calls that begin from now on are of the next generation.</summary>
    public void NextGeneration()
    {
        lock (_gate)
            _begun.Add(0);
    }

    /// <summary>Whether every call of an earlier generation has arrived. A call that is sent twice counts once.</summary>
    public bool HaveEarlierOnesArrived(GuardedEndpoint endpoint)
    {
        lock (_gate)
        {
            var arrived = endpoint.Arrived.Select(c => c.Generation).Distinct(StringComparer.Ordinal).ToHashSet(StringComparer.Ordinal);
            return Enumerable.Range(0, _begun.Count - 1).All(g => Enumerable.Range(0, _begun[g]).All(n => arrived.Contains(Id(g, n))));
        }
    }

    public RpcHandler Wrap(RpcHandler next) => async call =>
    {
        string id;
        lock (_gate)
            id = Id(_begun.Count - 1, _begun[^1]++);
        try
        {
            return await next(call with { Metadata = call.Metadata.With(GenerationKey, id) });
        }
        catch (RpcException e) when (e.Code is not RpcStatusCode.Cancelled)
        {
            _failed.Enqueue((call.Method.Name, e));
            throw;
        }
    };

    private static string Id(int generation, int number) => string.Create(CultureInfo.InvariantCulture, $"{generation}-{number}");
}
