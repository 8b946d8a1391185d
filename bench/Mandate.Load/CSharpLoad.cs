using Mandate.Temporal.Client;
using Mandate.Temporal.Worker;

namespace Mandate.Load;

/// <summary>Mandate's client and worker, with their default options.</summary>
internal static class CSharpLoad
{
    private const string TaskQueue = "load";

    internal static async Task<Timings> RunAsync(TemporalClient client, LoadPlan plan, CancellationToken cancellation)
    {
        using var worker = new TemporalWorker(client, new TemporalWorkerOptions(TaskQueue).AddWorkflow<GreetingWorkflow>().AddAllActivities(new GreetingActivities()));
        return await worker.ExecuteAsync(
            async () =>
            {
                await LoadDriver.WarmUpAsync(plan.WarmUp, plan.Concurrency, i => RunOneAsync(client, $"warm-{i}"));
                return await LoadDriver.RunAsync(plan.Workflows, plan.Concurrency, i => RunOneAsync(client, $"run-{i}"));
            },
            cancellation);
    }

    private static async Task RunOneAsync(TemporalClient client, string id)
    {
        var handle = await client.StartWorkflowAsync((GreetingWorkflow workflow) => workflow.RunAsync(id), new(id, TaskQueue));
        var result = await handle.GetResultAsync();
        if (result != $"Hello, {id}!")
            throw new InvalidOperationException($"Workflow {id} answered '{result}'.");
    }
}
