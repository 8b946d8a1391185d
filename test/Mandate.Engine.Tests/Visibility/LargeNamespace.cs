using Mandate.Protocol.Api.Enums.V1;

namespace Mandate.Engine.Tests.Visibility;

/// <summary>A namespace with 200,000 runs, most of them closed.</summary>
public sealed class LargeNamespace : IDisposable
{
    public const int Runs = 200_000;
    private const int Types = 20;

    public LargeNamespace() => Database.Insert(Enumerable.Range(1, Runs).Select(Create));

    internal VisibilityDatabase Database { get; } = new();

    public void Dispose() => Database.Dispose();

    private static TestRun Create(int key)
    {
        var open = key % 40 == 0;
        var start = TestRun.Noon.AddSeconds(key);
        return new()
        {
            Key = key,
            WorkflowId = $"order-{key * 7919L % Runs:D6}",
            WorkflowType = $"Type{key % Types}",
            TaskQueue = "queue",
            Status = open ? WorkflowExecutionStatus.Running : key % 50 == 1 ? WorkflowExecutionStatus.Failed : WorkflowExecutionStatus.Completed,
            Start = start,
            Close = open ? null : start.AddSeconds(5),
            Parent = key % 10 == 5 ? ($"order-{key / 100:D6}", "parent") : null,
            Root = key % 10 == 5 ? ($"order-{key / 100:D6}", "parent") : null,
            Attributes = key % 4 == 0
                ? new Dictionary<string, object> { ["CustomKeyword"] = $"customer-{key / 40}", ["CustomInt"] = (long)key }
                : new Dictionary<string, object>(),
        };
    }
}
