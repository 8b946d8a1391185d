namespace Mandate.Commands;

/// <summary>What the program's exit code says.</summary>
internal static class ExitCode
{
    /// <summary>Done, and everything held.</summary>
    public const int Ok = 0;

    /// <summary>It ran and something did not hold, or it failed while it ran.</summary>
    public const int Failed = 1;

    /// <summary>It did not start: a setting is wrong, or what it needs is taken or damaged.</summary>
    public const int NotStarted = 2;

    /// <summary>It ran and found nothing wrong, but could not look at everything.</summary>
    public const int Incomplete = 3;
}
