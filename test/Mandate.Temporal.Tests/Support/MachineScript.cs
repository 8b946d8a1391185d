using Mandate.Protocol.Api.Enums.V1;
using Mandate.Temporal.Worker.Machine;

namespace Mandate.Temporal.Tests.Support;

/// <summary>Plays the workflow: drives a machine through a history and reacts to jobs with commands.</summary>
internal sealed class MachineScript
{
    private readonly Action<MachineScript, WorkflowJob> _react;

    internal MachineScript(Action<MachineScript, WorkflowJob> react) => _react = react;

    /// <summary>A script that reacts to the start only.</summary>
    internal static MachineScript OnStart(Action<WorkflowMachine> begin) => new((script, job) =>
    {
        if (job is WorkflowJob.Start)
            begin(script.Machine);
    });

    internal WorkflowMachine Machine { get; } = new("workflow", HistoryBuilder.RunId);

    /// <summary>All jobs so far.</summary>
    internal List<WorkflowJob> Jobs { get; } = [];

    /// <summary>Whether each job came while history was replayed.</summary>
    internal List<bool> Replaying { get; } = [];

    internal IEnumerable<CommandType> Commands => Machine.UnsentCommands().Select(c => c.CommandType);

    internal MachineScript Feed(HistorySlice slice)
    {
        Machine.Feed(slice);
        do
        {
            if (Machine.HasHistory)
                Machine.ApplyNextPiece();
            while (Machine.HasJobs)
            {
                foreach (var job in Machine.TakeJobs())
                {
                    Jobs.Add(job);
                    Replaying.Add(Machine.Replaying);
                    _react(this, job);
                }
            }
        }
        while (Machine.HasHistory);
        return this;
    }

    internal TJob Single<TJob>()
        where TJob : WorkflowJob => Jobs.OfType<TJob>().ShouldHaveSingleItem();
}
