// Draws the charts of the dashboard. The numbers and the words come from the server; here is only what JSON cannot carry.
(function () {
  "use strict";
  const number = new Intl.NumberFormat("id-ID", { minimumFractionDigits: 1, maximumFractionDigits: 1 });
  const whole = new Intl.NumberFormat("id-ID");
  const NARROW = 500;
  const ROOM = 90; // pixels for the legend and the axis
  const PRINT_WIDTH = 680;
  const PRINT_ROW = 27;

  function wrapped(text, width) {
    const lines = [""];
    for (const word of text.split(" ")) {
      const last = lines[lines.length - 1];
      if (last && last.length + word.length >= width) lines.push(word);
      else lines[lines.length - 1] = last ? last + " " + word : word;
    }
    return lines;
  }

  function heightFor(spec, width) {
    return spec.labels.length * (width < NARROW ? 66 : 44) + ROOM;
  }

  function barWidth(context) {
    const bar = context.chart.getDatasetMeta(context.datasetIndex).data[context.dataIndex];
    return bar ? Math.abs(bar.x - bar.base) : 0;
  }

  function labelText(value, context) {
    const narrow = barWidth(context) < 64;
    return narrow ? number.format(value) : number.format(value) + " %";
  }

  function settings(spec) {
    const stacked = spec.options.stacked;
    return {
      indexAxis: spec.options.indexAxis,
      locale: "id-ID",
      responsive: true,
      maintainAspectRatio: false,
      animation: false,
      borderWidth: 1,
      scales: {
        x: { stacked: stacked, min: 0, max: stacked ? 100 : undefined, ticks: { callback: (tick) => whole.format(tick) + " %" } },
        y: {
          stacked: stacked,
          grid: { display: false },
          ticks: {
            autoSkip: false,
            color: "#212529",
            callback: function (tick) {
              return wrapped(this.getLabelForValue(tick), this.chart.width < NARROW ? 18 : 38);
            },
          },
        },
      },
      plugins: {
        legend: { display: stacked, position: "top", align: "start" },
        tooltip: {
          callbacks: { label: (item) => item.dataset.label + ": " + item.dataset.notes[item.dataIndex] },
        },
        datalabels: {
          color: (context) => context.dataset.labelColor,
          formatter: labelText,
          // By pixels, not by percent: a narrow segment of a wide chart still has room.
          display: (context) => context.dataset.data[context.dataIndex] !== null && barWidth(context) >= 34,
        },
      },
    };
  }

  function draw(canvas, spec) {
    const figure = canvas.closest("figure");
    const area = canvas.parentElement;
    figure.hidden = false;
    area.style.height = heightFor(spec.data, area.clientWidth) + "px";
    return new Chart(canvas, {
      type: spec.type,
      data: spec.data,
      options: settings(spec),
      plugins: [ChartDataLabels],
    });
  }

  async function load(canvas) {
    try {
      const answer = await fetch(canvas.dataset.chartUrl, { headers: { Accept: "application/json" } });
      if (answer.ok) draw(canvas, await answer.json());
    } catch (error) {
      console.info("Diagram tidak dapat dimuat; angkanya ada di tabel.", error.message);
    }
  }

  window.addEventListener("beforeprint", () => {
    for (const chart of Object.values(Chart.instances)) {
      chart.resize(PRINT_WIDTH, chart.data.labels.length * PRINT_ROW + ROOM);
    }
  });
  window.addEventListener("afterprint", () => {
    for (const chart of Object.values(Chart.instances)) chart.resize();
  });
  document.querySelectorAll("canvas[data-chart-url]").forEach(load);
})();
