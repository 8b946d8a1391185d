using Mandate.Temporal.Workflows;

namespace Mandate.Stateful.Tree;

/// <content>
/// Going on in a new run. From the moment that is decided, nothing new is begun: who is behind and what was not looked up yet goes with the snapshot. So a run ends soon after the server
/// advises it, also while tokens arrive faster than they are handed on.
/// </content>
internal sealed partial class TreeNode
{
    /// <summary>References that go along unread. The newest epoch counts whichever one is presented, so the latest few stand for a whole burst, and the snapshot stays small.</summary>
    private const int MostUnread = 16;

    /// <summary>Servers end a run at 51,200 events or 50 MiB. From half of that on it stops where it would go on otherwise: what is on its way by then still has room.</summary>
    private const int FullEvents = 25_600;
    private const int FullBytes = 25 * 1024 * 1024;

    /// <summary>What a run adds to its history at least, where it began with a long one.</summary>
    private const int MostToAdd = 4 * 1024 * 1024;

    /// <summary>Size of the history that the run began with: of what it was handed, most of all.</summary>
    private readonly int _beganWith = Workflow.CurrentHistorySize;

    private int _waiting;
    private bool _isContinuing;
    private bool _isEnding;

    /// <summary>Whether what is not begun yet is left to the next run.</summary>
    public bool IsLeaving => !_isEnding && (_isContinuing || (_waiting > 0 && IsLong));

    /// <summary>Whether nothing that adds much to the history is to be waited for any more.</summary>
    public static bool IsFull => Workflow.CurrentHistoryLength >= FullEvents || Workflow.CurrentHistorySize >= FullBytes;

    private bool IsLong => Workflow.ContinueAsNewSuggested && HasGrown;

    /// <summary>A registry of hundreds of thousands makes a history long from the start. Going on in a new run at once would not shorten it, and would never end.</summary>
    private bool HasGrown => Workflow.CurrentHistorySize >= _beganWith + Math.Min(_beganWith / 2, MostToAdd);

    /// <summary>Whether <see cref="LeaveAsync"/> has nothing to wait for any more.</summary>
    public bool HasLeft => _isContinuing && IsIdle;

    /// <summary>Waits for a condition, or until the run is to end and can.</summary>
    public async Task WaitOrLeaveAsync(Func<bool> conditionCheck)
    {
        _waiting++;
        try
        {
            await Workflow.WaitConditionAsync(() => conditionCheck() || (IsLeaving && IsIdle && Workflow.AllHandlersFinished)).ConfigureAwait(true);
        }
        finally
        {
            _waiting--;
        }

        // The condition may have come first, after all: then this run does what it had put off.
        if (conditionCheck())
            Resume();
    }

    /// <summary>The workflow continues as new: ends what is under way, which would be lost with the run. Not a renewal: a provider may be away for long, and the next run asks it at once.</summary>
    public Task LeaveAsync()
    {
        _isContinuing = true;
        return SettleAsync();
    }

    private Task SettleAsync() => Workflow.WaitConditionAsync(() => IsIdle, CancellationToken.None);

    private void Resume()
    {
        ReadUnread();
        _cascade.Wake();
    }
}
