using Google.Protobuf;
using Mandate.Engine.Visibility;

namespace Mandate.Engine.Storage;

/// <summary>A run's row after it closed, or after what lists show of it changed.</summary>
internal sealed class RunUpdated(RunRow row) : StoreChange
{
    private readonly byte[] _info = row.Info.ToByteArray();

    public override int Weight => 128 + _info.Length;

    public override void Write(StoreStatements statements)
    {
        var update = statements.UpdateRun.Bind(1, row.Key).Bind(2, (long)row.Status);
        if (row.CloseTime is { } closed)
            update.Bind(3, closed.UtcTicks);
        else
            update.BindNull(3);
        RunColumns.BindFinal(update.Bind(4, _info), 5, row.Info);
        update.Run();
    }
}
