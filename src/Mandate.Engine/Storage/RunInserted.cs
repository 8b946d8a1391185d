using Google.Protobuf;
using Mandate.Engine.Visibility;

namespace Mandate.Engine.Storage;

/// <summary>A new run's row.</summary>
internal sealed class RunInserted(RunRow row) : StoreChange
{
    private readonly byte[] _info = row.Info.ToByteArray();

    public override int Weight => 256 + _info.Length;

    public override void Write(StoreStatements statements)
    {
        var insert = statements.InsertRun
            .Bind(1, row.Key)
            .Bind(2, row.NamespaceKey)
            .Bind(3, row.WorkflowId)
            .Bind(4, row.RunId)
            .Bind(5, row.FirstRunId)
            .Bind(6, row.RequestId)
            .Bind(7, (long)row.Status)
            .Bind(8, row.StartTime.UtcTicks);
        if (row.CloseTime is { } closed)
            insert.Bind(9, closed.UtcTicks);
        else
            insert.BindNull(9);
        insert.Bind(10, _info);
        RunColumns.BindFixed(insert, 11, row.Info);
        RunColumns.BindFinal(insert, 11 + RunColumns.FixedCount, row.Info);
        insert.Run();
    }
}
