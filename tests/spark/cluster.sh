#!/usr/bin/env bash
# Starts a cluster of Apache Spark on this machine, to try the target `spark`: a master, two workers
# and the Thrift server, on loopback only. It runs until Ctrl-C, and stops what it started.
#   make spark-cluster
set -euo pipefail

bin=$(cd "$(dirname "${SPARK_PYTHON:-.spark/bin/python}")" && pwd)
lake=$(realpath -m "${SPARK_LAKE:-spark-lake}")
port=${SPARK_PORT:-10000}
master_port=${SPARK_MASTER_PORT:-7077}
jars=$("$bin/python" tests/spark/jars.py)
export SPARK_HOME=$("$bin/python" -c 'import pathlib, pyspark; print(pathlib.Path(pyspark.__file__).parent)')
export SPARK_LOCAL_IP=127.0.0.1 SPARK_NO_DAEMONIZE=1
mkdir -p "$lake/logs"

pids=()
stop() {
    trap - EXIT INT TERM
    for pid in "${pids[@]}"; do kill "$pid" 2>/dev/null || true; done
    wait
}
trap stop EXIT INT TERM

start() {  # name, command
    "${@:2}" >"$lake/logs/$1.log" 2>&1 &
    pids+=($!)
}

class=$SPARK_HOME/bin/spark-class
deploy=org.apache.spark.deploy
start master "$class" $deploy.master.Master --host 127.0.0.1 --port "$master_port" --webui-port 0
sleep 5
for number in 1 2; do
    start "worker-$number" "$class" $deploy.worker.Worker --cores 1 --memory "${SPARK_WORKER_MEMORY:-1g}" \
        --host 127.0.0.1 --webui-port 0 --work-dir "$lake/work" "spark://127.0.0.1:$master_port"
done

settings=(
    spark.jars="$jars"
    spark.executor.extraClassPath="${jars//,/:}"
    spark.executor.memory="${SPARK_WORKER_MEMORY:-1g}"
    spark.driver.bindAddress=127.0.0.1
    spark.ui.enabled=false
    spark.eventLog.enabled="$([ -n "${SPARK_EVENT_LOG:-}" ] && echo true || echo false)"
    spark.eventLog.dir="file://${SPARK_EVENT_LOG:-$lake}"
    spark.sql.shuffle.partitions="${SPARK_PARTITIONS:-4}"
    spark.sql.extensions=org.apache.iceberg.spark.extensions.IcebergSparkSessionExtensions
    spark.sql.catalogImplementation=in-memory
    spark.sql.defaultCatalog=lake
    spark.sql.catalog.lake=org.apache.iceberg.spark.SparkCatalog
    spark.sql.catalog.lake.type=jdbc
    spark.sql.catalog.lake.uri="jdbc:sqlite:$lake/catalog.sqlite"
    spark.sql.catalog.lake.jdbc.schema-version=V1
    spark.sql.catalog.lake.warehouse="$lake"
    spark.sql.session.timeZone=UTC
    spark.sql.timestampType=TIMESTAMP_NTZ
)
start thrift "$SPARK_HOME/bin/spark-submit" --master "spark://127.0.0.1:$master_port" \
    --class org.apache.spark.sql.hive.thriftserver.HiveThriftServer2 \
    --driver-class-path "${jars//,/:}" --driver-memory "${SPARK_MEMORY:-2g}" \
    "${settings[@]/#/--conf=}" spark-internal \
    --hiveconf hive.server2.thrift.bind.host=127.0.0.1 \
    --hiveconf hive.server2.thrift.port="$port"

echo "Starting a cluster of two workers; the logs are in $lake/logs"
until (exec 3<>"/dev/tcp/127.0.0.1/$port") 2>/dev/null; do
    for pid in "${pids[@]}"; do
        kill -0 "$pid" 2>/dev/null || { echo "The cluster has not started: see $lake/logs"; exit 1; }
    done
    sleep 1
done
echo "dbt run --target spark reaches it on port $port; Ctrl-C stops it"
wait -n
