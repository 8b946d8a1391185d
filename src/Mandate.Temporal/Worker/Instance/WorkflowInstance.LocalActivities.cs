using Mandate.Protocol.Failures;
using Mandate.Temporal.Common;
using Mandate.Temporal.Interceptors;
using Mandate.Temporal.Worker.Machine;

namespace Mandate.Temporal.Worker.Instance;

/// <content>Local activities.</content>
internal sealed partial class WorkflowInstance
{
    private static readonly TimeSpan DefaultLocalRetryThreshold = TimeSpan.FromMinutes(1);

    private async Task<TResult> ScheduleLocalActivityAsync<TResult>(ScheduleLocalActivityInput input)
    {
        EnsureWritable("run a local activity");
        var options = input.Options;
        if (options.StartToCloseTimeout is null && options.ScheduleToCloseTimeout is null)
            throw new ArgumentException($"Local activity {input.Activity} needs a StartToCloseTimeout or a ScheduleToCloseTimeout.", nameof(input));
        var token = options.CancellationToken ?? CancellationToken;
        if (token.IsCancellationRequested)
            throw new CanceledFailureException($"Local activity {input.Activity} was canceled before it was scheduled");
        var arguments = ToPayloads(input.Args);
        var header = ToHeader(input.Headers);
        LocalRetry? retry = null;
        while (true)
        {
            var sequence = ++_lastActivity;
            var completion = new TaskCompletionSource<WorkflowJob.ResolveLocalActivity>();
            _localActivities.Add(sequence, completion);
            Machine.ScheduleLocalActivity(new()
            {
                Sequence = sequence,
                ActivityId = options.ActivityId ?? sequence.ToString(),
                ActivityType = input.Activity,
                Input = arguments,
                Header = header,
                ScheduleToCloseTimeout = options.ScheduleToCloseTimeout,
                ScheduleToStartTimeout = options.ScheduleToStartTimeout,
                StartToCloseTimeout = options.StartToCloseTimeout,
                RetryPolicy = options.RetryPolicy ?? new RetryPolicy(),
                LocalRetryThreshold = options.LocalRetryThreshold ?? DefaultLocalRetryThreshold,
                CancellationType = options.CancellationType,
                Metadata = ToMetadata(options.Summary),
                Attempt = retry?.Attempt ?? 1,
                OriginalScheduleTime = retry?.OriginalScheduleTime,
            });
            WorkflowJob.ResolveLocalActivity end;
            using (token.UnsafeRegister(_ => Machine.CancelLocalActivity(sequence), null))
                end = await completion.Task.ConfigureAwait(true);
            if (end.Retry is { } next)
            {
                // The wait was too long for a workflow task: a timer takes it over, then the next attempt begins.
                await DelayAsync(new(next.Backoff, token, Summary: null)).ConfigureAwait(true);
                retry = next;
                continue;
            }

            if (end.Failure is { } failure)
                throw ToException(failure);
            return Convert<TResult>(end.Result);
        }
    }
}
