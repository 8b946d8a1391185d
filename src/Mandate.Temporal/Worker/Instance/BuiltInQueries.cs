namespace Mandate.Temporal.Worker.Instance;

/// <summary>Queries every workflow answers.</summary>
internal static class BuiltInQueries
{
    private const string StackTrace = "__stack_trace";
    private const string Metadata = "__temporal_workflow_metadata";

    internal static bool TryAnswer(WorkflowInstance instance, string query, out object? answer)
    {
        answer = query switch
        {
            StackTrace => instance.DescribeWaits(),
            Metadata => instance.Metadata(),
            _ => null,
        };
        return answer is not null;
    }
}
