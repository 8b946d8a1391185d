namespace Mandate.Commands.Audit;

/// <summary>Ends a command that could not do its work with a message and <see cref="ExitCode.NotStarted"/>.</summary>
internal static class CommandFailure
{
    public static Task<int> GuardAsync(Func<Task<int>> command) => StartFailure.GuardAsync(async () =>
    {
        try
        {
            return await command();
        }
        catch (Exception e) when (e is ArgumentException or InvalidDataException or System.Data.Common.DbException)
        {
            await Console.Error.WriteLineAsync($"mandate: {e.Message}");
            return ExitCode.NotStarted;
        }
    });
}
