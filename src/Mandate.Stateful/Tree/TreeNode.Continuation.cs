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

    /// <summary>Size of the history that the run began with: of what it was handed, most of all.</summary>
    private readonly int _beganWith = Workflow.CurrentHistorySize;

    private int _waiting;
    private bool _isContinuing;
    private bool _isEnding;

    /// <summary>
    /// Whether what is not begun yet is left to the next run. Also of a run that ends, which another may go on with; where none may, it begins nothing more once its history is full: it is to end as its run method did,
    /// and not by the server's hand.
    /// </summary>
    public bool IsPuttingOff => IsLeaving || (_isEnding && (RunsAgain ? IsFull : IsLong));

    /// <summary>Whether nothing that adds much to the history is to be waited for any more.</summary>
    public static bool IsFull => HistoryBounds.IsFull(Workflow.CurrentHistoryLength, Workflow.CurrentHistorySize);

    private bool IsLeaving => !_isEnding && (_isContinuing || (_waiting > 0 && IsLong));

    private bool IsLong => Workflow.ContinueAsNewSuggested && HistoryBounds.HasGrown(Workflow.CurrentHistoryLength, Workflow.CurrentHistorySize, _beganWith);

    /// <summary>Whether an ending run has put off what another is to do in its place.</summary>
    private bool HasPutOff => IsPuttingOff && !RunsAgain && (_cascade.HasPutOff || (_unread.Count > 0 && Registry.Children.Any(c => c.Follows)));

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
